"""Peers on the same graph: `python bench/paths-peers.py GRAPH.json SECONDS`. Prints what rustworkx and networkx took as JSON; each question ends when its seconds are spent."""
import itertools
import json
import sys
import time

import networkx
import rustworkx

with open(sys.argv[1]) as file:
    data = json.load(file)
budget = float(sys.argv[2])
result = {}


def timed(work, items):
    """Seconds, how many of the items were done in the budget, and the sum of what they gave."""
    begun, done, total = time.perf_counter(), 0, 0.0
    for item in items:
        total += work(item)
        done += 1
        if time.perf_counter() - begun > budget:
            break
    return {"seconds": time.perf_counter() - begun, "done": done, "sum": total}


edges = list(zip(data["from"], data["to"], data["cost"]))
begun = time.perf_counter()
rust = rustworkx.PyDiGraph()
rust.add_nodes_from(range(data["nodes"]))
rust.add_edges_from(edges)
targets = data["targets"]


def rust_distances(source):
    lengths = rustworkx.dijkstra_shortest_path_lengths(rust, source, float)
    return sum(lengths[target] for target in targets if target != source and target in lengths)


result["rustworkx"] = {"version": rustworkx.__version__, "load": time.perf_counter() - begun, "distances": timed(rust_distances, data["sources"])}
del rust
begun = time.perf_counter()
graph = networkx.DiGraph()
graph.add_nodes_from(range(data["nodes"]))
graph.add_weighted_edges_from(edges)


def simple_paths(pair):
    paths = itertools.islice(networkx.shortest_simple_paths(graph, pair[0], pair[1], "weight"), data["k"])
    return sum(networkx.path_weight(graph, path, "weight") for path in paths)


load = time.perf_counter() - begun
pairs = [pair for pair in data["pairs"] if pair[0] != pair[1]]
result["networkx"] = {"version": networkx.__version__, "load": load, "pairs": timed(simple_paths, pairs)}
print(json.dumps(result))
