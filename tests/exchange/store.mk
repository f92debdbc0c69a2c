# What the simulator holds and the operations that read and write it.
