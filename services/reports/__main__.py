"""`python -m services.reports`: this service alone, on the settings of the environment."""

from services.reports.app import create_app
from shared.serving import serve

if __name__ == "__main__":
    serve("reports", create_app)
