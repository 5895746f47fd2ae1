"""Whether the machine runs on its battery: then nothing is read that can wait."""

import psutil


def on_battery() -> bool:
    """Whether there is a battery, and nothing that loads it."""
    battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    return battery is not None and not battery.power_plugged
