"""`python -m mlsd_course.cli`, for where the `mlsd` script is not on the PATH."""

from mlsd_course.cli.main import run

if __name__ == "__main__":
    run()
