"""`python -m services.gateway`: the gateway alone, over services at the URLs of the environment."""

import sys

from services.gateway.app import NotConfigured, create_app
from shared.serving import serve

if __name__ == "__main__":
    try:
        serve("gateway", create_app)
    except NotConfigured as missing:
        sys.exit(f"stocktake gateway: {missing}")
