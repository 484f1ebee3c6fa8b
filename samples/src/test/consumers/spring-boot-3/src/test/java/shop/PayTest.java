package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.holdfast.Holdfast;
import dev.holdfast.Submission;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.testing.Kit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

@SpringJUnitConfig(PayTest.KitBeans.class)
class PayTest {
    @TestConfiguration(proxyBeanMethods = false)
    static class KitBeans {
        @Bean
        Kit kit() {
            return Kit.with(Pay.DEFINITION, new Pay((order, key) -> "paid " + order.cents()));
        }

        @Bean
        Holdfast holdfast(Kit kit) {
            return kit.holdfast();
        }
    }

    @Autowired
    private Kit kit;

    @Autowired
    private Holdfast holdfast;

    @AfterEach
    void reset() {
        kit.reset();
    }

    private void pays() {
        WorkflowHandle<Pay.Receipt> paid =
                holdfast.submit(Pay.DEFINITION, new Pay.Order("tok", 4200), Submission.id("order-1"));
        assertEquals("paid 4200", kit.result(paid).payment());
        kit.assertHistory(paid, "step charge succeeded", "end COMPLETED");
    }

    @Test
    void paysWithoutADatabase() {
        pays();
    }

    @Test
    void paysWhereverTheNodeCrashes() {
        kit.crashEverywhere(this::pays);
    }
}
