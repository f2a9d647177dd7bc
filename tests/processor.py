"""Environment variables that make this processor compute like an older one.

The last digits of a number, and the order of ties in a sort, depend on the processor in three
places: the loops of numpy, the kernels of OpenBLAS, and exp, log and pow of the C library. Each has
a setting for older processors. OpenBLAS also runs on one core.
"""

import platform

import numpy as np

# Features of this processor that numpy can disable; it warns of names that it does not know.
EXTENSIONS = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
# Kernels of OpenBLAS that every processor of the architecture can run.
OLD_KERNELS = {"x86_64": "Nehalem", "AMD64": "Nehalem", "aarch64": "ARMV8", "arm64": "ARMV8"}
_SETTINGS = {
    "NPY_DISABLE_CPU_FEATURES": " ".join(EXTENSIONS),
    "OPENBLAS_CORETYPE": OLD_KERNELS.get(platform.machine(), ""),
    "OPENBLAS_NUM_THREADS": "1",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4" if platform.machine() == "x86_64" else "",
}
OLDER = {name: value for name, value in _SETTINGS.items() if value}
