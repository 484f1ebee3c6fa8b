-- What a later build does without a transaction. Where an earlier try ended half way, it left an index that is not valid.
drop index concurrently if exists holdfast.open_note;
create index concurrently open_note on holdfast.open_workflow (note) where note is not null;
