"""The first tables."""

from alembic import op
import sqlalchemy as sa
import bot.db


revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "flow_version",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("flow_id", sa.String(length=60), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("added_at", bot.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_flow_version")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=True),
        sa.Column("invited_at", bot.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("joined_at", bot.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("declined_at", bot.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("paused_at", bot.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("unasked_per_week", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "workspace",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.String(length=30), nullable=False),
        sa.Column("enterprise_id", sa.String(length=30), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("bot_user_id", sa.String(length=30), nullable=True),
        sa.Column(
            "state",
            sa.Enum("active", "suspended", name="workspacestate", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column("state_reason", sa.String(), nullable=True),
        sa.Column("waits_until", bot.db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
        sa.UniqueConstraint("team_id", name=op.f("uq_workspace_team_id")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("slack_user_id", sa.String(length=30), nullable=False),
        sa.Column("channel_id", sa.String(length=30), nullable=True),
        sa.Column("last_ts", sa.String(length=30), nullable=False),
        sa.Column(
            "state",
            sa.Enum("active", "unreachable", name="accountstate", native_enum=False, length=30),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_account_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint(
            "workspace_id", "slack_user_id", name=op.f("uq_account_workspace_id_slack_user_id")
        ),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_person_id"), ["person_id"], unique=False)

    op.create_table(
        "action_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("made_in_run", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("teaching", "leading", "task", name="stepkind", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum("open", "embedded", "let_go", name="stepstate", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column("sealed_title", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_plan", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", bot.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("touched_at", bot.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("shared_at", bot.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("shared_with", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_in_run"], ["run.id"], name=op.f("fk_action_step_made_in_run"), use_alter=True
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_action_step_person_id")),
        sa.ForeignKeyConstraint(["shared_with"], ["person.id"], name=op.f("fk_action_step_shared_with")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_step")),
        sa.UniqueConstraint("made_in_run", "kind", name=op.f("uq_action_step_made_in_run_kind")),
    )
    with op.batch_alter_table("action_step", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_action_step_person_id_state"), ["person_id", "state"], unique=False
        )

    op.create_table(
        "inbox",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("dedupe_key", sa.String(length=200), nullable=False),
        sa.Column("heard_at", bot.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_inbox_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "kind", "dedupe_key", name=op.f("pk_inbox")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbox_heard_at"), ["heard_at"], unique=False)

    op.create_table(
        "look",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("viewer_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("item_kind", sa.String(length=30), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("at", bot.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_look_owner_id")),
        sa.ForeignKeyConstraint(["viewer_id"], ["person.id"], name=op.f("fk_look_viewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look")),
    )
    with op.batch_alter_table("look", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_look_owner_id_at"), ["owner_id", "at"], unique=False)

    op.create_table(
        "school",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=False),
        sa.Column("quiet_until", sa.Time(), nullable=False),
        sa.Column("quiet_days", sa.JSON(), nullable=False),
        sa.Column("after_school", sa.Time(), nullable=False),
        sa.Column("calendar", sa.JSON(), nullable=False),
        sa.Column("safeguarding_lead", sa.String(), nullable=True),
        sa.Column("support_lines", sa.JSON(), nullable=False),
        sa.Column("minimum_group", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_school_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school")),
        sa.UniqueConstraint("workspace_id", "key", name=op.f("uq_school_workspace_id_key")),
    )
    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_school_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "follow_up",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("coach_id", sa.Uuid(), nullable=False),
        sa.Column("noted_at", bot.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=True),
        sa.Column("due_at", bot.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["coach_id"], ["person.id"], name=op.f("fk_follow_up_coach_id")),
        sa.ForeignKeyConstraint(["step_id"], ["action_step.id"], name=op.f("fk_follow_up_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("coach_id", "request_key", name=op.f("uq_follow_up_coach_id_request_key")),
    )
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_up_step_id"), ["step_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("manager_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["manager_id"], ["person.id"], name=op.f("fk_membership_manager_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_membership_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("person_id", "school_id", name=op.f("uq_membership_person_id_school_id")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_school_id"), ["school_id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "invitation",
                "check_in",
                "check_in_again",
                "digest",
                "nudge",
                "typed_answer",
                "typed_too_long",
                "reply",
                "home",
                "changed",
                name="letterkind",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("changes_letter_id", sa.Uuid(), nullable=True),
        sa.Column("due_at", bot.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("not_before", bot.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("retry_at", bot.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "sending",
                "sent",
                "unknown",
                "failed",
                "skipped",
                "dead",
                name="letterstate",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=80), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("unsettled_claims", sa.Integer(), nullable=False),
        sa.Column("claimed_at", bot.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("lease_until", bot.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("after_ts", sa.String(length=30), nullable=True),
        sa.Column("channel_id", sa.String(length=30), nullable=True),
        sa.Column("message_ts", sa.String(length=30), nullable=True),
        sa.Column("sent_at", bot.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["changes_letter_id"], ["outbox.id"], name=op.f("fk_outbox_changes_letter_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_outbox_person_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_outbox_school_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_outbox_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outbox_person_id_sent_at"), ["person_id", "sent_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_outbox_state_due_at"), ["state", "due_at"], unique=False)

    op.create_table(
        "programme",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("aim", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_programme_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("school_id", "key", name=op.f("uq_programme_school_id_key")),
    )
    op.create_table(
        "schedule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("check_in", "digest", name="schedulekind", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column("flow_id", sa.String(length=60), nullable=True),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_schedule_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
        sa.UniqueConstraint("school_id", "key", name=op.f("uq_schedule_school_id_key")),
    )
    op.create_table(
        "occurrence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("schedule_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("due_at", bot.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum("answered", "declined", "past", name="outcome", native_enum=False, length=30),
            nullable=True,
        ),
        sa.Column("closed_at", bot.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_occurrence_person_id")),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name=op.f("fk_occurrence_schedule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrence")),
        sa.UniqueConstraint(
            "schedule_id",
            "person_id",
            "local_date",
            "slot",
            name=op.f("uq_occurrence_schedule_id_person_id_local_date_slot"),
        ),
    )
    with op.batch_alter_table("occurrence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_occurrence_person_id_due_at"), ["person_id", "due_at"], unique=False
        )

    op.create_table(
        "pairing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("coach_id", sa.Uuid(), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("active", "paused", "ended", name="pairingstate", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column("started_at", bot.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", bot.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["coach_id"], ["person.id"], name=op.f("fk_pairing_coach_id")),
        sa.ForeignKeyConstraint(["coachee_id"], ["person.id"], name=op.f("fk_pairing_coachee_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_pairing_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing")),
        sa.UniqueConstraint(
            "programme_id", "coach_id", "coachee_id", name=op.f("uq_pairing_programme_id_coach_id_coachee_id")
        ),
    )
    with op.batch_alter_table("pairing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pairing_coach_id"), ["coach_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pairing_coachee_id"), ["coachee_id"], unique=False)

    op.create_table(
        "digest",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("coach_id", sa.Uuid(), nullable=False),
        sa.Column("occurrence_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", bot.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("step_ids", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["coach_id"], ["person.id"], name=op.f("fk_digest_coach_id")),
        sa.ForeignKeyConstraint(["occurrence_id"], ["occurrence.id"], name=op.f("fk_digest_occurrence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sa.UniqueConstraint("occurrence_id", name=op.f("uq_digest_occurrence_id")),
    )
    with op.batch_alter_table("digest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_digest_coach_id_made_at"), ["coach_id", "made_at"], unique=False)

    op.create_table(
        "run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("flow_version", sa.String(length=64), nullable=False),
        sa.Column("occurrence_id", sa.Uuid(), nullable=True),
        sa.Column("step_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", bot.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("completed_at", bot.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("shared_at", bot.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("shared_with", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["flow_version"], ["flow_version.hash"], name=op.f("fk_run_flow_version")),
        sa.ForeignKeyConstraint(["occurrence_id"], ["occurrence.id"], name=op.f("fk_run_occurrence_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_run_person_id")),
        sa.ForeignKeyConstraint(["shared_with"], ["person.id"], name=op.f("fk_run_shared_with")),
        sa.ForeignKeyConstraint(["step_id"], ["action_step.id"], name=op.f("fk_run_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sa.UniqueConstraint("occurrence_id", name=op.f("uq_run_occurrence_id")),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_run_person_id_started_at"), ["person_id", "started_at"], unique=False
        )

    op.create_table(
        "answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.String(length=40), nullable=False),
        sa.Column("sealed_value", sa.LargeBinary(), nullable=False),
        sa.Column("action_ts", sa.String(length=30), nullable=False),
        sa.Column("given_at", bot.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_answer_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("run_id", "question_id", name=op.f("uq_answer_run_id_question_id")),
    )
    op.create_table(
        "step_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "made",
                "reworded",
                "shared",
                "taken_back",
                "nudged",
                "coach_followed_up",
                "owner_followed_up",
                "embedded",
                "let_go",
                name="changekind",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("at", bot.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_step_change_person_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_step_change_run_id")),
        sa.ForeignKeyConstraint(["step_id"], ["action_step.id"], name=op.f("fk_step_change_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_change")),
    )
    with op.batch_alter_table("step_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_step_change_step_id_at"), ["step_id", "at"], unique=False)

    # Runs and steps point at each other. SQLite took this key with the table; PostgreSQL wants both tables first.
    if op.get_bind().dialect.name == "postgresql":
        op.create_foreign_key(
            op.f("fk_action_step_made_in_run"), "action_step", "run", ["made_in_run"], ["id"]
        )
