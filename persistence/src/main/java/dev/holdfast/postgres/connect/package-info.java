/**
 * How a node comes to its connections: {@link dev.holdfast.postgres.connect.DatabaseSettings} says where the database
 * is and what a connection to it must be like, {@link dev.holdfast.postgres.connect.Connector} makes the connections.
 * Nothing here knows what is stored.
 */
@NullMarked
package dev.holdfast.postgres.connect;

import org.jspecify.annotations.NullMarked;
