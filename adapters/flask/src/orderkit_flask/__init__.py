"""orderkit for Flask: the tab «Заказы» inside the host's pages. What is not listed here does not exist for users."""

from orderkit_flask.extension import OrderKitFlask
from orderkit_flask.host import Catalogue, Host, Product

__all__ = ["Catalogue", "Host", "OrderKitFlask", "Product"]
