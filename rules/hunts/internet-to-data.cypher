// title: Ways from outside to what a business values
// about: For each data store, secret, key and account the shortest chain of steps from any entry, shortest first.
MATCH (entry:Postern {scope: $scope}) WHERE entry.entry
MATCH (jewel:Postern {scope: $scope}) WHERE jewel.jewel AND (jewel:DataStore OR jewel:Secret OR jewel:Key OR jewel:Account)
MATCH path = shortestPath((entry)-[:Reaches|CanBecome|CanExecuteOn|RunsAs|Holds|CanGrant|Administers|CanRead|CanWrite*..10]->(jewel))
WITH jewel, path ORDER BY length(path), entry.id
WITH jewel, collect(path)[0] AS path
WITH jewel, path, reduce(product = 1.0, step IN relationships(path) | product * step.likelihood) AS likelihood
RETURN jewel.name AS target, jewel.kind AS kind, round(likelihood, 4) AS likelihood,
  [node IN nodes(path) WHERE NOT node.virtual | node.name] AS way
ORDER BY likelihood DESC, target
LIMIT 50;
