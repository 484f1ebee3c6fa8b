-- What a later build may do in a transaction: it takes a strong lock for a moment.
alter table holdfast.open_workflow add column note text;
