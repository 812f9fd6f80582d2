"""Threads of the libraries that compute."""

import subprocess
import sys

CODE = """
from clusteer.core.threads import one_thread
with one_thread():
    pass
import numpy, scipy.linalg, sklearn.cluster, sklearn.metrics, sklearn.neighbors
from threadpoolctl import threadpool_info
count = lambda: sorted({(library["user_api"], library["num_threads"]) for library in threadpool_info()})
print(count())
with one_thread():
    print(count())
print(count())
"""


def test_every_library_has_one_thread_inside_and_its_own_number_outside() -> None:
    two = {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}
    done = subprocess.run([sys.executable, "-c", CODE], env=two, capture_output=True, text=True, check=True)
    outside, inside = "[('blas', 2), ('openmp', 2)]", "[('blas', 1), ('openmp', 1)]"
    assert done.stdout.splitlines() == [outside, inside, outside]
