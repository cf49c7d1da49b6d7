// title: Identities and compute that come to administer an account in few steps
// about: Up to four steps, the last of which grants or is administration.
MATCH (start:Postern {scope: $scope}) WHERE start.identity OR start:Compute
MATCH (account:Account {scope: $scope})
MATCH path = shortestPath((start)-[:CanBecome|CanExecuteOn|RunsAs|Holds|CanGrant|Administers|Reaches*..4]->(account))
WHERE type(last(relationships(path))) IN ['CanGrant', 'Administers']
RETURN start.name AS start, start.kind AS kind, account.name AS account, length(path) AS steps,
  [node IN nodes(path) WHERE NOT node.virtual | node.name] AS way
ORDER BY steps DESC, start, account
LIMIT 200;
