// title: Principals that somebody outside can become
// about: Direct trust in other accounts, federated subjects or anybody, with what the trust depends on.
MATCH (entry:Postern {scope: $scope})-[step:CanBecome]->(principal:Postern)
WHERE entry.entry AND NOT principal.virtual
RETURN entry.kind AS from, entry.name AS who, principal.name AS becomes, principal.account AS account, step.verdict AS verdict, step.technique AS technique
ORDER BY from, who, becomes, technique
LIMIT 200;
