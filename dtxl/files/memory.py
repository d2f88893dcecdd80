"""How much memory another process holds, where the system sets no cap on it for us."""

import subprocess
import sys
from pathlib import Path


def resident(process: int) -> int:
    """Bytes of memory that a process holds now; 0 where the system does not say."""
    if sys.platform == "win32":
        return _windows(process)
    if sys.platform == "linux":
        try:
            return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4096
        except (OSError, ValueError, IndexError):
            return 0
    try:
        said = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(process)], capture_output=True, text=True, timeout=5, check=False
        )
        return int(said.stdout.strip() or 0) * 1024
    except (OSError, ValueError, subprocess.SubprocessError):
        return 0


def _windows(process: int) -> int:
    """Committed bytes by GetProcessMemoryInfo (PROCESS_MEMORY_COUNTERS.PagefileUsage)."""
    import ctypes

    class Counters(ctypes.Structure):
        _fields_ = (
            ("cb", ctypes.c_ulong), ("PageFaultCount", ctypes.c_ulong),
            *((name, ctypes.c_size_t) for name in (
                "PeakWorkingSetSize", "WorkingSetSize", "QuotaPeakPagedPoolUsage", "QuotaPagedPoolUsage",
                "QuotaPeakNonPagedPoolUsage", "QuotaNonPagedPoolUsage", "PagefileUsage", "PeakPagefileUsage",
            )),
        )  # fmt: skip

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined] # only there
    kernel.OpenProcess.restype = ctypes.c_void_p
    kernel.K32GetProcessMemoryInfo.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong]
    kernel.CloseHandle.argtypes = [ctypes.c_void_p]
    handle = kernel.OpenProcess(0x1000, False, process)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return 0
    try:
        counters = Counters(cb=ctypes.sizeof(Counters))
        if not kernel.K32GetProcessMemoryInfo(handle, ctypes.byref(counters), counters.cb):
            return 0
        return int(counters.PagefileUsage)
    finally:
        kernel.CloseHandle(handle)
