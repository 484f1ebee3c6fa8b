-- What a later build may do in a transaction: it takes a strong lock for a moment.
alter table holdfast.open add column note text;
