"""``python -m agent_platform.worker``, without an installed package and without PYTHONPATH."""

import sys

from agent_platform.worker import main

if __name__ == "__main__":
    main(sys.argv[1:])
