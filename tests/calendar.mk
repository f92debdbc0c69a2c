# Tests of calendar/; each program links only the rooms its subject may know.
