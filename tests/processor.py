"""An older processor, as far as this one can act as one.

The last digits of a number, and the order of ties in a sort, depend on the processor in three places: numpy
picks its loops by it, OpenBLAS its kernels, and the C library its exp, log and pow. Each can be told to do as
on an older one, and OpenBLAS to share nothing out between cores.
"""

import platform

import numpy as np

# What numpy knows of this processor and can be told to forget; it warns of names that it does not know.
EXTENSIONS = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
# Kernels of OpenBLAS that every processor of the kind can run.
OLD_KERNELS = {"x86_64": "Nehalem", "AMD64": "Nehalem", "aarch64": "ARMV8", "arm64": "ARMV8"}
_SETTINGS = {
    "NPY_DISABLE_CPU_FEATURES": " ".join(EXTENSIONS),
    "OPENBLAS_CORETYPE": OLD_KERNELS.get(platform.machine(), ""),
    "OPENBLAS_NUM_THREADS": "1",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4" if platform.machine() == "x86_64" else "",
}
OLDER = {name: value for name, value in _SETTINGS.items() if value}
