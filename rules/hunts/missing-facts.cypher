// title: Steps that nothing proves because a fact was not collected
// about: Counted by technique and by what is missing; collecting it decides them.
MATCH (from:Postern {scope: $scope})-[step]->(:Postern)
WHERE step.verdict = 'unknown'
RETURN step.technique AS technique, type(step) AS kind, step.missing AS missing, count(*) AS steps, collect(DISTINCT from.name)[..3] AS examples
ORDER BY steps DESC, technique, kind, missing
LIMIT 100;
