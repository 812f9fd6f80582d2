"""Threads of the libraries that compute."""

import subprocess
import sys

from threadpoolctl import threadpool_info

from clusteer.core.threads import one_thread


def test_every_library_has_one_thread_inside_and_its_own_number_outside() -> None:
    import sklearn.cluster  # noqa: F401

    before = [library["num_threads"] for library in threadpool_info()]
    for _ in range(2):
        with one_thread():
            inside = {library["user_api"]: library["num_threads"] for library in threadpool_info()}
            assert set(inside) == {"blas", "openmp"}
            assert set(inside.values()) == {1}
        assert [library["num_threads"] for library in threadpool_info()] == before


def test_libraries_loaded_after_the_first_use_of_it_obey() -> None:
    code = (
        "import os; os.environ['OMP_NUM_THREADS'] = os.environ['OPENBLAS_NUM_THREADS'] = '2'\n"
        "from clusteer.core.threads import one_thread\n"
        "with one_thread(): pass\n"
        "import numpy, scipy.linalg, sklearn.cluster, sklearn.metrics, sklearn.neighbors\n"
        "from threadpoolctl import threadpool_info\n"
        "with one_thread(): print({library['num_threads'] for library in threadpool_info()})\n"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "{1}\n"
