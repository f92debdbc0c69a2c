# Tests of sip/; each program links only the rooms its subject may know.
