# daymark-exchange, the Exchange simulator.
