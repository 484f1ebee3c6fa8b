package dev.holdfast.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Submission;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.samples.probe.Ledger;
import dev.holdfast.samples.probe.TransferProbe;
import dev.holdfast.testing.Kit;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The samples, in memory, with a crash at each record. */
@Timeout(60)
class SampleWorkflowsTest {
    @RegisterExtension
    final Kit kit = Kit.with(Approval.DEFINITION, new Approval())
            .register(Quotes.DEFINITION, new Quotes())
            .register(Agent.DEFINITION, new Agent())
            .register(TransferProbe.DEFINITION, new TransferProbe(Ledger.none()));

    @Test
    void aStubStandsForATransactionalStep() {
        TransferProbe.Balances balances = new TransferProbe.Balances(5, 15);
        kit.stub("transfer", step -> balances);
        WorkflowHandle<TransferProbe.Balances> asked =
                kit.submit(TransferProbe.DEFINITION, new TransferProbe.Transfer(1, 2, 5));
        assertThat(kit.result(asked)).isEqualTo(balances);
    }

    @Test
    void aTransactionalStepWithoutAStubSaysWhatToDo() {
        WorkflowHandle<TransferProbe.Balances> asked =
                kit.submit(TransferProbe.DEFINITION, new TransferProbe.Transfer(1, 2, 5));
        assertThat(kit.deadLetter(asked).error().message()).contains("kit.stub(");
    }

    @Test
    void anApprovalIsRemindedOfAndAnswered() {
        kit.crashEverywhere(() -> {
            WorkflowHandle<Approval.Answer> asked =
                    kit.submit(Approval.DEFINITION, new Approval.Request("ann", "a bike", null), Submission.id("bike"));
            kit.advance(Duration.ofHours(30));
            kit.signal(asked, Approval.ANSWER, new Approval.Answer(true, "ann"));
            assertThat(kit.result(asked)).isEqualTo(new Approval.Answer(true, "ann"));
            assertThat(kit.history(asked)).anyMatch(line -> line.contains("step remind succeeded"));
        });
    }

    @Test
    void nobodyAnswers() {
        WorkflowHandle<Approval.Answer> asked =
                kit.submit(Approval.DEFINITION, new Approval.Request("ann", "a bike", null));
        kit.advance(Duration.ofDays(2));
        assertThat(asked.status()).isEqualTo(WorkflowStatus.FAILED);
    }

    @Test
    void theLowestQuoteIsTaken() {
        kit.crashEverywhere(() -> {
            WorkflowHandle<Quotes.Quote> asked = kit.submit(
                    Quotes.DEFINITION,
                    new Quotes.Request("bike", List.of("acme", "initech", "globex", "hooli", "umbrella"), null),
                    Submission.id("bike"));
            Quotes.Quote lowest = kit.result(asked);
            assertThat(lowest.cents()).isLessThan(3_000);
            assertThat(kit.history(asked).stream().filter(line -> line.contains("step ask succeeded")))
                    .hasSize(5);
        });
    }

    @Test
    void aSupplierThatDoesNotAnswerIsNotWaitedFor() {
        kit.stub("ask", step -> {
            throw new IOException("no route");
        });
        WorkflowHandle<Quotes.Quote> asked =
                kit.submit(Quotes.DEFINITION, new Quotes.Request("bike", List.of("acme"), Duration.ofSeconds(10)));
        kit.advance(Duration.ofMinutes(1));
        assertThat(asked.status()).isEqualTo(WorkflowStatus.FAILED);
    }

    @Test
    void anAgentRefundsOnceItIsApproved() {
        kit.crashEverywhere(() -> {
            WorkflowHandle<Agent.Report> asked =
                    kit.submit(Agent.DEFINITION, new Agent.Task("order-7", 5_000), Submission.id("agent"));
            kit.advance(Duration.ofHours(1));
            assertThat(asked.published("approval", Agent.Move.Call.class)).isPresent();
            kit.signal(asked, Agent.APPROVAL, true);
            assertThat(kit.result(asked).answer()).isEqualTo("Your order order-7: refund: 9900 cents");
        });
    }

    @Test
    void anAgentNeedsNoApprovalBelowTheLimitAndTakesANo() {
        assertThat(kit.result(kit.submit(Agent.DEFINITION, new Agent.Task("order-7", 10_000)))
                        .turns())
                .hasSize(2);
        WorkflowHandle<Agent.Report> refused = kit.submit(Agent.DEFINITION, new Agent.Task("order-8", 1));
        kit.signal(refused, Agent.APPROVAL, false);
        assertThat(kit.result(refused).answer()).endsWith("refund: refused");
    }
}
