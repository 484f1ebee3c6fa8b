package dev.holdfast.postgres;

/** What the examples of a page only mention, and the tests that run them. Stateless. */
final class ExampleSurroundings {
    /** The example at the beginning is a workflow that pays and mails. */
    private static final String README = """
            implements Workflow<README.Order, README.Receipt> {
                record Order(String item, long cents) {}
                record Receipt(String payment) {}
                interface Bank { String charge(Order order, String key); }
                interface Mail { void send(Order order, String payment, String key); }
                interface Post { void send(String to, String text, String key); }
                static class Pay extends README {
                    Pay(Bank bank) {}
                }
                static final Definition<Order, Receipt> PAY = Definition.of("pay", 1, Order.class, Receipt.class);
                static DataSource dataSource;
                List<String> mailed = new CopyOnWriteArrayList<>();
                Bank bank = (order, key) -> "payment-1";
                Mail mail = (order, payment, key) -> mailed.add(payment);
                Post post = (to, text, key) -> mailed.add(text);
                Order order = new Order("book", 4_200);

                @Test
                void runs() {
                    try (Holdfast holdfast = MemoryHoldfast.create().register(PAY, this).start()) {
                        assertEquals("payment-1", holdfast.submit(PAY, order).result(Duration.ofSeconds(20)).payment());
                    }
                    assertEquals(List.of("payment-1"), mailed);
                }
            """;

    private static final String BATCH_JOBS = """
            {
                static final LocalDate TODAY = LocalDate.of(2026, 11, 21);

                @Test
                void runsOnceForEachDate() {
                    AtomicReference<Holdfast> running = new AtomicReference<>();
                    CountDownLatch read = new CountDownLatch(1);
                    Function<LocalDate, List<String>> customers = date -> {
                        try {
                            read.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        return Collections.nCopies(450, "customer-" + date.getDayOfMonth());
                    };
                    try (Holdfast holdfast = MemoryHoldfast.create()
                            .register(INVOICES, invoices(running::get, customers))
                            .register(INVOICE, (ctx, invoice) -> "sent")
                            .start()) {
                        running.set(holdfast);
                        String id = submitFor(holdfast, TODAY).id();
                        assertEquals(id, submitFor(holdfast, TODAY).id());
                        assertTrue(submitUnlessOneRuns(holdfast, TODAY.plusDays(1)).isEmpty());
                        submitDue(holdfast, TODAY);
                        WorkflowFilter nights = WorkflowFilter.newest(50).type("invoices");
                        assertEquals(3, holdfast.admin().list(nights).items().size());
                        read.countDown();
                        for (int day = 0; day < 3; day++) {
                            assertEquals(
                                    new Sum(450),
                                    submitFor(holdfast, TODAY.minusDays(day)).result(Duration.ofSeconds(20)));
                        }
                        WorkflowFilter ofTonight = WorkflowFilter.newest(50).label("night", "2026-11-21");
                        assertEquals(1, holdfast.admin().list(ofTonight).items().size());
                        assertTrue(submitUnlessOneRuns(holdfast, TODAY.plusDays(1)).isPresent());
                        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
                        everyTenMinutes(timer, holdfast, ZoneId.of("Europe/Paris"));
                        timer.close();
                    }
                }
            """;

    /** The example at the beginning asks, and is answered. */
    private static final String WAITING = """
            {
                interface Mail { void send(String to, String text, String key); }
                Mail mail = (to, text, key) -> {};

                @Test
                void isAnswered() {
                    try (Holdfast holdfast =
                            MemoryHoldfast.create().register(APPROVAL, this::approval).start()) {
                        var asked = holdfast.submit(APPROVAL, new Request("ann", "a bike"));
                        answer(holdfast, asked.id());
                        assertTrue(asked.result(Duration.ofSeconds(20)).approved());
                    }
                }
            """;

    /** The example at the beginning makes an offer, which is accepted. */
    private static final String PUBLISHING = """
            {
                interface Airlines {
                    Offer cheapest(Trip trip, String key);
                    String book(Offer offer, String key);
                }

                Airlines airlines = new Airlines() {
                    @Override
                    public Offer cheapest(Trip trip, String key) {
                        return new Offer("acme", 120);
                    }

                    @Override
                    public String book(Offer offer, String key) {
                        return "ticket-1";
                    }
                };

                @Test
                void isAccepted() {
                    try (Holdfast holdfast =
                            MemoryHoldfast.create().register(BOOK, this::book).start()) {
                        var booked = holdfast.submit(BOOK, new Trip("Paris", "Rome"));
                        holdfast.signal(booked.id(), ACCEPTED, true);
                        assertEquals("ticket-1", booked.result(Duration.ofSeconds(20)).ticket());
                        assertEquals(Optional.of(new Offer("acme", 120)), offerOf(booked));
                        assertEquals(2, everythingOf(holdfast, booked.id()).size());
                    }
                }
            """;

    /** The example at the beginning asks suppliers, and takes the offer that comes first. */
    private static final String BRANCHES = """
            {
                interface Market { Quote quote(String supplier, String order, String key); }
                Market market = (supplier, order, key) -> new Quote(supplier, supplier.length());

                @Test
                void buys() {
                    try (Holdfast holdfast =
                            MemoryHoldfast.create().register(BUY, this::buy).start()) {
                        var bought = holdfast.submit(BUY, new Order("order-1", List.of("acme", "initech")));
                        holdfast.signal(bought.id(), OFFER, new Quote("globex", 3));
                        assertEquals("globex", bought.result(Duration.ofSeconds(20)).supplier());
                    }
                }
            """;

    /** A workflow that waits meets the code of the second example, a new one runs it from the start. */
    private static final String CHANGING_CODE = """
            {
                static class Shop {
                    final List<String> done = new CopyOnWriteArrayList<>();
                    void reserve(Order order, String key) { done.add("reserve " + order.item()); }
                    void check(Order order, String key) { done.add("check " + order.item()); }
                    void insure(Order order, String key) { done.add("insure " + order.item()); }
                    void ship(Order order, String key) { done.add("ship " + order.item()); }
                }

                Shop shop = new Shop();

                @Test
                void isUpgradedWhileItWaits() {
                    MemoryDatabase database = new MemoryDatabase();
                    Submission key = Submission.key("old");
                    try (Holdfast before = MemoryHoldfast.on(database, "it").register(SELL, this::sell).start()) {
                        String id = before.submit(SELL, new Order("bike"), key).id();
                        while (before.admin().find(id).status() != WorkflowStatus.WAITING) {
                            Thread.onSpinWait();
                        }
                    }
                    try (Holdfast after = MemoryHoldfast.on(database, "it").register(SELL, this::sellInsured).start()) {
                        var old = after.submit(SELL, new Order("bike"), key);
                        after.signal(old.id(), PAID, "payment-1");
                        assertEquals("payment-1", old.result(Duration.ofSeconds(20)));
                        assertEquals(List.of("reserve bike", "insure bike", "ship bike"), shop.done);
                        shop.done.clear();
                        var young = after.submit(SELL, new Order("car"));
                        after.signal(young.id(), PAID, "payment-2");
                        assertEquals("payment-2", young.result(Duration.ofSeconds(20)));
                        assertEquals(List.of("check car", "reserve car", "insure car", "ship car"), shop.done);
                    }
                    try (Holdfast both = both(MemoryHoldfast.create(), this::sell, this::sellInsured).start()) {
                        shop.done.clear();
                        var one = both.submit(SELL, new Order("book"));
                        both.signal(one.id(), PAID, "payment-3");
                        assertEquals("payment-3", one.result(Duration.ofSeconds(20)));
                        assertEquals(List.of("reserve book", "ship book"), shop.done);
                    }
                }
            """;

    /** The example at the beginning ships each item by a child. */
    private static final String CHILDREN = """
            {
                @Test
                void ships() {
                    try (Holdfast holdfast = MemoryHoldfast.create()
                            .register(ORDER, this::order)
                            .register(SHIP, (ctx, item) -> "parcel of " + item)
                            .register(SURVEY, (ctx, basket) -> "asked")
                            .start()) {
                        var ordered = holdfast.submit(ORDER, new Basket(List.of("pen", "ink")));
                        assertEquals("parcel of pen, parcel of ink", ordered.result(Duration.ofSeconds(20)));
                    }
                }
            """;

    /** The examples at the beginning sell something; the printer breaks. */
    private static final String STEPS = """
            {
                static class CardDeclined extends Exception {}
                interface Bank { String charge(String order, long cents, String key) throws CardDeclined; }
                interface Printer { void print(String text) throws InterruptedException; }
                interface HttpResponses {
                    record Response(int status, Duration retryAfter, String body) {}
                    Response get() throws IOException;
                }

                List<String> printed = new CopyOnWriteArrayList<>();
                CountDownLatch inBody = new CountDownLatch(1);
                Bank bank = (order, cents, key) -> "payment-1";
                Printer printer = text -> {
                    printed.add(text);
                    if (printed.size() == 1) {
                        inBody.countDown();
                        new CountDownLatch(1).await();
                    }
                };

                @Test
                void sells() throws Exception {
                    MemoryDatabase database = new MemoryDatabase();
                    EngineConfig quick = EngineConfig.defaults().shutdownGrace(Duration.ZERO);
                    String id;
                    try (Holdfast first = MemoryHoldfast.on(database, "shop")
                            .config(quick)
                            .register(SELL, this::sell)
                            .start()) {
                        id = first.submit(SELL, new Order("order-1", "ann", 4_200)).id();
                        inBody.await();
                    }
                    try (Holdfast second = MemoryHoldfast.on(database, "shop")
                            .register(SELL, this::sell)
                            .start()) {
                        WorkflowHandle<String> sold = second.handle(SELL, id);
                        assertThrows(ResultNotReadyException.class, () -> sold.result(Duration.ofSeconds(20)));
                        lookAndRunAgain(second, id);
                        assertEquals("payment-1", sold.result(Duration.ofSeconds(20)));
                    }
                    assertEquals(List.of("Dear ann", "Dear ann"), printed);
                    assertThrows(
                            RetryAfterException.class,
                            () -> fetch(() -> new HttpResponses.Response(429, Duration.ofSeconds(30), "")));
                    assertFalse(OUTAGES.retries(new IllegalStateException()));
                }
            """;

    /** Its steps run in one workflow. */
    private static final String TRANSACTIONAL = """
            {
                @Test
                void takes() {
                    Definition<Order, Integer> all = Definition.of("all", 1, Order.class, Integer.class);
                    try (EmbeddedServer server = EmbeddedServer.temporary();
                            Holdfast holdfast = PostgresHoldfast.on(PostgresConfig.of(server.jdbcUrl()).nodeName("it"))
                                    .register(TAKE, transactional::take)
                                    .register(all, (ctx, order) -> {
                                        reserve(ctx, order);
                                        return takeAlone(ctx, order) + takeOrUndo(ctx, order);
                                    })
                                    .start()) {
                        create(server);
                        Order order = new Order("bike", 2);
                        assertEquals(8, holdfast.submit(TAKE, order).result(Duration.ofSeconds(20)));
                        assertEquals(6 + 1, holdfast.submit(all, order).result(Duration.ofSeconds(20)));
                    }
                }

                static void create(EmbeddedServer server) {
                    try (Connection connection = DriverManager.getConnection(server.jdbcUrl());
                            Statement statement = connection.createStatement()) {
                        statement.execute("create table stock (item text, available integer)");
                        statement.execute("create table reserved (item text, n integer)");
                        statement.execute("insert into stock values ('bike', 10)");
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                }
            """;

    private static final String PLAIN = "{";

    private ExampleSurroundings() {}

    /** The surroundings of the examples of the page with this name, from the header of their class on. */
    static String of(String name) {
        return switch (name) {
            case "README" -> README;
            case "batchjobs" -> BATCH_JOBS;
            case "waiting" -> WAITING;
            case "publishing" -> PUBLISHING;
            case "branches" -> BRANCHES;
            case "changingcode" -> CHANGING_CODE;
            case "children" -> CHILDREN;
            case "steps" -> STEPS;
            case "transactional" -> TRANSACTIONAL;
            default -> PLAIN;
        };
    }
}
