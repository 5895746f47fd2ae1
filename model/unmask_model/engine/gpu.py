"""What the GPUs of this process do, for Prometheus; nothing where there is none."""

import sys
from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector


class Gpu(Collector):
    """Asked whenever somebody reads the metrics."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield memory, and use where the driver's library (nvidia-ml-py) is installed."""
        torch = sys.modules.get("torch")  # an engine that still loads has none, nor tensors
        if torch is None or not torch.cuda.is_available():
            return
        held = GaugeMetricFamily(
            "unmask_gpu_memory_bytes", "GPU memory that tensors hold.", labels=["device"]
        )
        busy = GaugeMetricFamily(
            "unmask_gpu_utilization_percent", "Time in which the GPU worked.", labels=["device"]
        )
        for device in range(torch.cuda.device_count()):
            held.add_metric([str(device)], torch.cuda.memory_allocated(device))
            try:
                busy.add_metric([str(device)], torch.cuda.utilization(device))
            except (ModuleNotFoundError, RuntimeError):
                continue
        yield held
        yield busy
