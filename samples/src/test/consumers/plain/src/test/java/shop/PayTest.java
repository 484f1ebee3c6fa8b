package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.holdfast.Holdfast;
import dev.holdfast.memory.MemoryHoldfast;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PayTest {
    @Test
    void paysWithoutADatabase() {
        try (Holdfast holdfast = MemoryHoldfast.create()
                .register(Pay.DEFINITION, new Pay((order, key) -> "paid " + order.cents()))
                .start()) {
            Pay.Receipt receipt =
                    holdfast.submit(Pay.DEFINITION, new Pay.Order("tok", 4200)).result(Duration.ofSeconds(30));

            assertEquals("paid 4200", receipt.payment());
        }
    }
}
