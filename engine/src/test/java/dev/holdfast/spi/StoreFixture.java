package dev.holdfast.spi;

/** What the contract tests ask of a store's own test. Each test begins with an empty database. */
public interface StoreFixture {
    /** A store on the database of this test, as a node that always has the same name; it has not joined. */
    Store open();

    /** Ends it as a process does that is killed: nothing is given up, what is not written never will be. */
    void crash(Store store);

    /** A node that takes over from this one, which lives and does not know. */
    StoreNode takeOver(StoreNode former);

    /** Opens a store and joins; it is closed after the test. */
    StoreNode start();
}
