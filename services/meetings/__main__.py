"""`python -m services.meetings`: this service alone, on the settings of the environment."""

from services.meetings.app import create_app
from shared.serving import serve

if __name__ == "__main__":
    serve("meetings", create_app)
