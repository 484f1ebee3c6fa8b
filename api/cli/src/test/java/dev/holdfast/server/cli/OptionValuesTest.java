package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong values are errors of the command itself: no server is there. */
class OptionValuesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "result a --wait 100 | --wait is 100: expected 0 to 60",
                "result a --wait soon | --wait is soon: expected 0 to 60",
                "submit a --wait -1 | --wait is -1: expected 0 to 60",
                "cancel a --wait 61 | --wait is 61: expected 0 to 60",
                "list --limit 0 | --limit is 0: expected 1 to 500",
                "history a --limit many | --limit is many: expected 1 to 500",
                "audit --limit 501 | --limit is 501: expected 1 to 500",
                "list --after yesterday | --after is yesterday: expected a time such as 2026-01-31T12:00:00Z",
                "audit --before 2026 | --before is 2026: expected a time such as 2026-01-31T12:00:00Z",
                "list --status running,dead | --status is dead: expected one of queued, running, waiting,",
                "list --waiting-for sleep | --waiting-for is sleep: expected one of retry, timer, signal,",
                "watch --waiting-for signal: | --waiting-for is signal:: expected one of retry, timer,",
                "list --type A | --type is A: expected 1 to 100 of a-z0-9._-",
                "dead-letters list --cause x | --cause is x: expected one of retries_exhausted, non_retryable,",
                "keys create a --role root | --role is root: expected one of viewer, submitter, operator, admin",
                "retention drop a OPEN --reason x | STATUS is OPEN: expected one of completed, failed, cancelled, *",
                "retention set a OPEN 30d --reason x | STATUS is OPEN: expected one of completed, failed, cancelled, *",
                "retention set a soon --reason x | KEEP is soon: expected a time such as 30d, or forever",
                "retention set a 5s --reason x | KEEP is 5s: expected 1 day to 100 years, or forever",
                "keys create a --role viewer --expires-in soon | --expires-in is soon: expected a time such as 12h",
                "show a+b | ID is a+b: expected 1 to 200 of A-Za-z0-9._:@-",
                "submit a --id /b | --id is /b: expected 1 to 200 of A-Za-z0-9._:@-",
                "submit A | TYPE is A: expected 1 to 100 of a-z0-9._-",
                "signal a+b go | ID is a+b: expected 1 to 200 of A-Za-z0-9._:@-",
                "signal a Go | NAME is Go: expected 1 to 100 of a-z0-9._-",
                "signal a go {} --idempotency-key a/b | --idempotency-key is a/b: expected 1 to 200 of A-Za-z0-9._:@-",
                "submit a --delay soon | --delay is soon: expected a time such as 30m or 2d, or 2026-01-31T12:00:00Z",
                "submit a --delay 367d | --delay is 367d: expected 0 to 366 days",
                "submit a --delay 2026 | --delay is 2026: expected a time such as 30m or 2d,",
                "submit a --label x | --label is x: expected NAME=VALUE",
                "dev --port 70000 | --port is 70000: expected 0 to 65535",
                "dev --log-format xml | --log-format is xml: expected text or json",
                "dev --store disk | --store is disk: expected postgres or memory",
                "serve --lease soon | --lease is soon: expected a time such as 5s, 500ms or 2h",
                "completion fish | SHELL is fish: expected one of bash, zsh",
            })
    void namesTheOptionTheValueAndWhatIsExpected(String line, String message) {
        CommandRun run = CommandRun.of(line.split(" ")).assertStatus(2);

        assertThat(run.err()).startsWith(message).doesNotContain("PT", "converter", "java.");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void namesValuesWithBlanksInQuotes() {
        assertThat(CommandRun.of("cancel", "a", "--idempotency-key", "a b")
                        .assertStatus(2)
                        .err())
                .startsWith("--idempotency-key is \"a b\": expected 1 to 200 of ");
        assertThat(CommandRun.of("terminate", "a", "--reason", " ")
                        .assertStatus(2)
                        .err())
                .startsWith("--reason is \" \": expected 1 to 1,000 characters");
    }

    @ParameterizedTest
    @CsvSource({
        "HOLDFAST_PROT, did you mean HOLDFAST_PORT?",
        "HOLDFAST_NODENAME, did you mean HOLDFAST_NODE_NAME?",
        "HOLDFAST_POOL_MXA, did you mean HOLDFAST_POOL_MAX?",
        "HOLDFAST_COLOUR_OF_THE_LOG, 'expected one of [HOLDFAST_'",
    })
    void suggestsTheNearestSetting(String variable, String suggestion) {
        CommandRun run = CommandRun.of(Map.of(variable, "1", "HOLDFAST_DATABASE_URL", "postgresql://host/db"), "serve")
                .assertStatus(2);

        assertThat(run.err()).startsWith(variable + " is not a setting; " + suggestion);
    }
}
