#!/usr/bin/env python3
"""Makes dashboards/*.json from dashboards.toml; the same source always gives the same bytes.

Run: deploy/grafana/generate.py [--to FOLDER]. The JSON is committed, so that Grafana can be pointed
at the folder without running anything.
"""
import argparse
import json
import pathlib
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
COLUMNS = 24
HEIGHTS = {"stat": 4, "timeseries": 8, "table": 8}
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
HEADINGS = {"service": "服务", "instance": "实例", "version": "版本", "grpc_service": "接口",
            "grpc_method": "方法", "kind": "类别"}
SCHEMA_VERSION = 38  # Grafana 10; later ones read it too
BUSINESS = ('sum by (grpc_method) (rate(grpc_server_handled_total{service="$service", '
            'instance=~"$instance", grpc_service=~"shian\\\\.$service\\\\.v1\\\\.(%s)", '
            'grpc_method=~"%s", grpc_code="OK"}[$__rate_interval]))')


def targets(panel):
    return [{"refId": chr(ord("A") + number), "datasource": SOURCE, "expr": expression,
             "legendFormat": legend,
             **({"instant": True, "range": False, "format": "table"} if panel["type"] == "table"
                else {"instant": False, "range": True})}
            for number, (expression, legend) in enumerate(panel["queries"])]


def defaults(panel):
    steps = panel.get("steps") or [[0, "green"]]
    base = [{"color": steps[0][1], "value": None}]
    made = {"unit": panel.get("unit", "short"), "min": 0,
            "thresholds": {"mode": "absolute",
                           "steps": base + [{"color": c, "value": v} for v, c in steps[1:]]}}
    if panel["type"] == "timeseries":
        made["custom"] = {"lineWidth": 1, "fillOpacity": 5, "showPoints": "never"}
    return made


def options(panel):
    if panel["type"] == "stat":
        return {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
                "colorMode": "value" if "steps" in panel else "none", "graphMode": "none",
                "textMode": "auto"}
    if panel["type"] == "table":
        return {"showHeader": True}
    return {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
            "tooltip": {"mode": "multi", "sort": "desc"}}


def draw(panel, number, place):
    made = {"id": number, "type": panel["type"], "title": panel["title"], "gridPos": place,
            "datasource": SOURCE, "targets": targets(panel),
            "fieldConfig": {"defaults": defaults(panel), "overrides": []},
            "options": options(panel)}
    if "description" in panel:
        made["description"] = panel["description"]
    if panel["type"] == "table":
        made["transformations"] = [{"id": "organize", "options": {
            "excludeByName": {"Time": True}, "renameByName": {**HEADINGS, "Value": panel["value"]}}}]
    return made


def lay_out(sections):
    """Panels from left to right, a row above each section."""
    panels, y = [], 0
    for section in sections:
        panels.append({"id": len(panels) + 1, "type": "row", "title": section["title"],
                       "collapsed": False, "panels": [],
                       "gridPos": {"x": 0, "y": y, "w": COLUMNS, "h": 1}})
        x, y, tallest = 0, y + 1, 0
        for panel in section["panels"]:
            panel = {"type": "timeseries", "width": 8, **panel}
            height = panel.get("height", HEIGHTS[panel["type"]])
            if x + panel["width"] > COLUMNS:
                x, y, tallest = 0, y + tallest, 0
            place = {"x": x, "y": y, "w": panel["width"], "h": height}
            panels.append(draw(panel, len(panels) + 1, place))
            x, tallest = x + panel["width"], max(tallest, height)
        y += tallest
    return panels


def variables(service):
    made = [{"name": "datasource", "label": "数据源", "type": "datasource", "query": "prometheus",
             "hide": 0}]
    if service:
        query = f'label_values(up{{job="shian", service="{service}"}}, instance)'
        made.append({"name": "instance", "label": "实例", "type": "query", "datasource": SOURCE,
                     "query": {"query": query, "refId": "instance"}, "definition": query,
                     "includeAll": True, "allValue": ".*", "multi": True, "refresh": 2, "sort": 1,
                     "current": {"selected": True, "text": ["All"], "value": ["$__all"]}})
    return made


def dashboard(uid, title, sections, service=""):
    return {"uid": uid, "title": title, "tags": ["shian"], "timezone": "Asia/Shanghai",
            "schemaVersion": SCHEMA_VERSION, "version": 1, "editable": False, "graphTooltip": 1,
            "refresh": "30s", "time": {"from": "now-3h", "to": "now"},
            "links": [{"type": "dashboards", "title": "食安", "tags": ["shian"], "asDropdown": True,
                       "keepTime": True, "includeVars": False, "targetBlank": False, "icon": "",
                       "tooltip": "", "url": ""}],
            "templating": {"list": variables(service)}, "annotations": {"list": []},
            "panels": lay_out(sections)}


def of_service(sections, service):
    """The common sections with the service's business after its state."""
    business = {"title": "业务", "panels": [
        {"title": title, "unit": "reqps", "width": 24 // len(service["business"]),
         "queries": [[BUSINESS % (module, methods), "{{grpc_method}}"]]}
        for title, module, methods in service["business"]]}
    text = json.dumps(sections[:1] + [business] + sections[1:])
    return json.loads(text.replace("$service", service["name"]))


def make_all():
    """{file name: text} of every dashboard."""
    source = tomllib.loads((HERE / "dashboards.toml").read_text(encoding="utf-8"))
    made = {"suite": dashboard("shian-suite", "食安 总览", source["suite"])}
    for service in source["services"]:
        name = service["name"]
        made[name] = dashboard(f"shian-{name}", f"食安 {service['title']}",
                               of_service(source["common"], service), name)
    return {f"{name}.json": json.dumps(board, ensure_ascii=False, indent=1) + "\n"
            for name, board in made.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--to", default=HERE / "dashboards", type=pathlib.Path)
    folder = parser.parse_args().to
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in make_all().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
