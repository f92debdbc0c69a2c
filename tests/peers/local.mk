# Tests against real servers and real clients.
