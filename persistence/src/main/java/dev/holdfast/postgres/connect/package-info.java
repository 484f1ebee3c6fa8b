/**
 * The settings and connections of a node.
 *
 * <p>What may enter: Addresses, TLS, pools, checks of a server. Nothing here knows the tables.
 *
 * <p>Where to begin: {@link dev.holdfast.postgres.connect.DatabaseSettings} describes a connection,
 * {@link dev.holdfast.postgres.connect.Connector} makes it.
 */
@NullMarked
package dev.holdfast.postgres.connect;

import org.jspecify.annotations.NullMarked;
