"""«Платежи»: the list of everyone who reached the payment page."""

from __future__ import annotations

import attrs
from flask import Response, request

from orderkit_flask.listing import ListQuery
from orderkit_flask.payment_listing import find
from orderkit_flask.permissions import needs
from orderkit_flask.tab import Tab


@attrs.frozen
class PaymentViews:
    """The list of payments."""

    tab: Tab

    @needs("payments.view")
    def list(self) -> Response:
        """The list with its filters; what is wrong with them stands beside them."""
        desk = self.tab.desk()
        say = self.tab.speech(desk.site.timezone)
        listing = find(desk, ListQuery.read(request.args, "payments"), say)
        status = 422 if listing.problems else 200
        return self.tab.page(
            "payments.html", say, title=say.text("Payments list"), status=status, listing=listing
        )
