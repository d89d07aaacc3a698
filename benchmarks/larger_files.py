"""The service with files of up to 100 MB: `python -m benchmarks.larger_files`.

How large a file may be is the same in every installation, and pages say it. Only what is measured
here raises it, to see that nothing of a file stays in memory whatever its size.
"""

from __future__ import annotations

import sys

from foundation import serve, too_large, uploads
from foundation.inspection import MEGABYTE

LARGEST = 100 * MEGABYTE


def main(arguments: list[str]) -> None:
    uploads.LARGEST_FILE = LARGEST
    too_large.LARGEST_BODY = LARGEST + 5 * MEGABYTE
    serve.main(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
