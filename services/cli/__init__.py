"""The command line `stocktake`: a client of a running system, and the way to start one."""
