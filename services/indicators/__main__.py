"""`python -m services.indicators`: this service alone, on the settings of the environment."""

from services.indicators.app import create_app
from shared.serving import serve

if __name__ == "__main__":
    serve("indicators", create_app)
