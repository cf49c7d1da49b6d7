"""Peers on the same graph: `python bench/paths-peers.py GRAPH.json`. Reads edges as JSON lines of from, to, cost; prints seconds of igraph where it is installed."""
import json
import sys
import time

data = json.load(open(sys.argv[1]))
try:
    import igraph
except ImportError:
    print(json.dumps({}))
    sys.exit(0)
edges = list(zip(data["from"], data["to"]))
begun = time.perf_counter()
graph = igraph.Graph(n=data["nodes"], edges=edges, directed=True)
built = time.perf_counter() - begun
result = {"build": built}
# The k cheapest loopless paths of one pair: igraph has no search over all pairs at once.
begun = time.perf_counter()
for source, target in data["pairs"][: data["limit"]]:
    graph.get_k_shortest_paths(source, to=target, k=data["k"], weights=data["cost"])
result["pairs"] = (time.perf_counter() - begun) / max(1, min(len(data["pairs"]), data["limit"]))
begun = time.perf_counter()
graph.distances(source=data["sources"], target=data["targets"], weights=data["cost"])
result["distances"] = time.perf_counter() - begun
print(json.dumps(result))
