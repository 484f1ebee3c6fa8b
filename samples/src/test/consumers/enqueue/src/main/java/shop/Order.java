package shop;

import dev.holdfast.Definition;

public record Order(String id, long total) {
    public static final Definition<Order, String> DEFINITION = Definition.of("order", 1, Order.class, String.class);
}
