"""The GPUs of this machine: what the driver's NVML says of them, and a signal to a process of the person's own."""
