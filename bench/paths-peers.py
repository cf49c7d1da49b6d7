"""A peer on the same graph: `python bench/paths-peers.py rustworkx|networkx GRAPH.json SECONDS`. Prints what it took as JSON; its question ends when the seconds are spent."""
import itertools
import json
import sys
import time

library = sys.argv[1]
with open(sys.argv[2]) as file:
    data = json.load(file)
budget = float(sys.argv[3])


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


def in_rustworkx():
    import rustworkx

    begun = time.perf_counter()
    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(range(data["nodes"]))
    graph.add_edges_from(edges)
    load = time.perf_counter() - begun
    targets = data["targets"]

    def distances(source):
        lengths = rustworkx.dijkstra_shortest_path_lengths(graph, source, float)
        return sum(lengths[target] for target in targets if target != source and target in lengths)

    return {"version": rustworkx.__version__, "load": load, "result": timed(distances, data["sources"])}


def in_networkx():
    import networkx

    begun = time.perf_counter()
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(data["nodes"]))
    graph.add_weighted_edges_from(edges)
    load = time.perf_counter() - begun

    def simple_paths(pair):
        paths = itertools.islice(networkx.shortest_simple_paths(graph, pair[0], pair[1], "weight"), data["k"])
        return sum(networkx.path_weight(graph, path, "weight") for path in paths)

    pairs = [pair for pair in data["pairs"] if pair[0] != pair[1]]
    return {"version": networkx.__version__, "load": load, "result": timed(simple_paths, pairs)}


print(json.dumps(in_rustworkx() if library == "rustworkx" else in_networkx()))
