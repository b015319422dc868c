"""The torture: `python -m tests.torture` runs all of it and ends with 0 only when every promise was kept."""

import argparse
import sys

if __name__ == "__main__":
    from tests.torture.trial import main

    parser = argparse.ArgumentParser(
        prog="python -m tests.torture", description="Kill, freeze, lie; then count."
    )
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="only this one; else both")
    parser.add_argument(
        "--design",
        choices=["ours", "resend", "record-first"],
        help="only this way of sending, judged as ours is; else ours, and the two wrong ones to see them fail",
    )
    parser.add_argument("--short", action="store_true", help="a tenth of it")
    parser.add_argument(
        "--minutes", type=float, default=25, help="stop after so long, whatever has become of it"
    )
    sys.exit(main(parser.parse_args()))
