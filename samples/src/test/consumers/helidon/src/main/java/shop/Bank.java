package shop;

/** The payment service. */
@FunctionalInterface
public interface Bank {
    String charge(Pay.Order order, String idempotencyKey);
}
