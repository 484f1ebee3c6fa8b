package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.holdfast.WorkflowHandle;
import dev.holdfast.testing.Kit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PayTest {
    @RegisterExtension
    final Kit kit = Kit.with(Pay.DEFINITION, new Pay((order, key) -> "paid " + order.cents()));

    @Test
    void paysWithoutADatabase() {
        WorkflowHandle<Pay.Receipt> paid = kit.submit(Pay.DEFINITION, new Pay.Order("tok", 4200));

        assertEquals("paid 4200", kit.result(paid).payment());
    }

    @Test
    void paysWhereverTheNodeCrashes() {
        kit.crashEverywhere(this::paysWithoutADatabase);
    }
}
