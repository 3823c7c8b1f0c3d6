"""The list as a file."""

from __future__ import annotations

from urllib.parse import urljoin

import attrs
from flask import Response, request

from orderkit_flask.exporting import OrderFile
from orderkit_flask.listing import ListQuery
from orderkit_flask.order_listing import check
from orderkit_flask.permissions import needs
from orderkit_flask.tab import Tab
from orderkit_flask.views.orders import OrderViews


@attrs.frozen
class ExportViews:
    """Saving the list."""

    tab: Tab

    @needs("orders.export")
    def save(self) -> Response:
        """Every order of the present view; where a filter cannot be understood, the list, which says so."""
        desk = self.tab.desk()
        say = self.tab.speech(desk.site.timezone)
        checked = check(ListQuery.read(request.args, "orders"), desk.settings.payment_methods(), say)
        if checked.problems:
            return OrderViews(self.tab).list()
        here = request.base_url  # …/export.csv, beside which each order has its window
        file = OrderFile(say, lambda id: urljoin(here, str(id)))
        answer = Response(file.pieces(desk.orders.every(checked.wanted)), mimetype="text/csv")
        answer.headers.set("Content-Disposition", "attachment", filename=file.name(desk.site.code))
        return answer
