// title: Where working credentials lie, and who reads them
// about: What holds a credential of somebody else, with the number of nodes that get at it in one step.
MATCH (place:Postern {scope: $scope})-[holds:Holds]->(owner:Postern)
OPTIONAL MATCH (reader:Postern)-[:CanRead|CanExecuteOn]->(place)
RETURN place.name AS place, place.kind AS kind, owner.name AS credential_of, holds.technique AS technique, count(DISTINCT reader) AS readers
ORDER BY readers DESC, place, credential_of, technique
LIMIT 100;
