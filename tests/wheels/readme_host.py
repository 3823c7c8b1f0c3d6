"""Run where the wheels are installed: the README's host, of which every page and every file is asked for."""

import json
import re
import sys
from importlib import resources
from pathlib import Path

told = re.findall(r"^```python\n(.*?)^```", Path(sys.argv[1]).read_text(encoding="utf-8"), re.M | re.S)
host: dict = {"__name__": "__main__"}
exec("\n".join(told), host)
client = host["app"].test_client()

pages = [
    rule.rule.replace("<order_id>", str(host["order"].id))
    for rule in host["app"].url_map.iter_rules()
    if "GET" in rule.methods and rule.arguments <= {"order_id"} and rule.rule.startswith("/orders/")
]
files = [
    each.name for each in resources.files("orderkit_flask").joinpath("static").iterdir() if each.is_file()
]
wanted = [*pages, "/shop/", *(f"/orders/static/{name}" for name in files)]
answers = {address: client.get(address) for address in sorted(wanted)}
print(json.dumps({address: [answer.status_code, answer.text] for address, answer in answers.items()}))
