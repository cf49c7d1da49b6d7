// title: Principals that much compute runs as
// about: Who takes over one of these machines or functions has what all of them have.
MATCH (compute:Compute {scope: $scope})-[:RunsAs]->(principal:Principal)
WITH principal, collect(DISTINCT compute.name) AS names
WHERE size(names) > 1
OPTIONAL MATCH (principal)-[:Administers]->(account:Account)
WITH principal, names, count(account) > 0 AS administers
RETURN principal.name AS principal, principal.account AS account, size(names) AS compute, administers, names[..5] AS examples
ORDER BY administers DESC, compute DESC, principal
LIMIT 100;
