package dev.holdfast.samples;

import dev.holdfast.Definition;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.samples.probe.Inputs;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sample: asks suppliers for a price at the same time, four of them at once, and takes the lowest; gives up if not all
 * have answered in time. Run by the engine, on many threads; stateless.
 */
public final class Quotes implements Workflow<Quotes.Request, Quotes.Quote> {
    public static final Definition<Request, Quote> DEFINITION = Definition.of("quotes", 1, Request.class, Quote.class);

    private static final Logger LOG = LoggerFactory.getLogger(Quotes.class);
    private static final int AT_A_TIME = 4;
    private static final int SUPPLIERS_MAX = 1_000;

    /** The input; {@code patience} in ISO 8601, a minute if absent. */
    public record Request(
            String item, List<String> suppliers, @Nullable Duration patience) {
        /** Throws {@code InvalidInputException} for invalid members. */
        public Request {
            item = Inputs.text("item", item);
            suppliers = List.copyOf(suppliers);
            int unused = Inputs.within("suppliers", suppliers.size(), 0, 1, SUPPLIERS_MAX);
            patience = patience == null ? Duration.ofMinutes(1) : patience;
        }
    }

    /** What a supplier wants for the item. */
    public record Quote(String supplier, int cents) {}

    @Override
    public Quote run(WorkflowContext ctx, Request request) {
        List<Quote> quotes = ctx.race(List.of(
                branch -> branch.map(
                        request.suppliers(),
                        AT_A_TIME,
                        (asked, supplier) -> asked.step(
                                "ask", Quote.class, step -> ask(supplier, request.item(), step.idempotencyKey()))),
                branch -> {
                    branch.sleep(Duration.ZERO.plus(request.patience()));
                    throw new WorkflowFailedException("not all suppliers have answered in time");
                }));
        return quotes.stream().min(Comparator.comparingInt(Quote::cents)).orElseThrow();
    }

    /** Stands in for a supplier that takes an idempotency key: its price depends on its name and the item only. */
    private static Quote ask(String supplier, String item, String key) {
        LOG.info("to {}: what is a {}? (key {})", supplier, item, key);
        return new Quote(supplier, 1_000 + Math.floorMod((supplier + "/" + item).hashCode(), 9_000));
    }
}
