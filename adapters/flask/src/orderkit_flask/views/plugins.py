"""«Плагины»: what is installed, and what is the matter with it."""

from __future__ import annotations

import attrs
from flask import Response

from orderkit_flask.permissions import needs
from orderkit_flask.plugin_rows import rows
from orderkit_flask.tab import Tab


@attrs.frozen
class PluginViews:
    """The page of the plugins."""

    tab: Tab

    @needs("settings.view")
    def list(self) -> Response:
        """All of them."""
        desk = self.tab.desk()
        say = self.tab.speech(desk.site.timezone)
        found = tuple(rows(desk, self.tab.kit.plugins, say))
        return self.tab.page("plugins.html", say, title=say.text("Plugins"), rows=found)
