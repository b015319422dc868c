"""School time, pacing, installations, hosts and backups."""

from datetime import UTC, datetime

from alembic import op
import sqlalchemy as sa
import bot.db


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('backup',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('made_at', bot.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('verified_at', bot.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('restored_at', bot.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_backup'))
    )
    op.create_table('host',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('machine', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('began_at', bot.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('seen_at', bot.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_host'))
    )
    op.create_table('installation',
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.Column('sealed_token', sa.LargeBinary(), nullable=False),
    sa.Column('bot_id', sa.String(length=30), nullable=False),
    sa.Column('app_id', sa.String(length=30), nullable=False),
    sa.Column('scopes', sa.String(), nullable=False),
    sa.Column('installed_at', bot.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspace.id'], name=op.f('fk_installation_workspace_id')),
    sa.PrimaryKeyConstraint('workspace_id', name=op.f('pk_installation'))
    )
    op.create_table('pace',
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.Column('method', sa.String(length=60), nullable=False),
    sa.Column('free_at', bot.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspace.id'], name=op.f('fk_pace_workspace_id')),
    sa.PrimaryKeyConstraint('workspace_id', 'method', name=op.f('pk_pace'))
    )
    op.create_table('coaching_session',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('pairing_id', sa.Uuid(), nullable=False),
    sa.Column('starts_at', bot.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['pairing_id'], ['pairing.id'], name=op.f('fk_coaching_session_pairing_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coaching_session')),
    sa.UniqueConstraint('pairing_id', 'starts_at', name=op.f('uq_coaching_session_pairing_id_starts_at'))
    )
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('free_at', bot.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('told_ts', sa.String(length=30), server_default='', nullable=False))
        batch_op.add_column(sa.Column('seen_ts', sa.String(length=30), server_default='', nullable=False))

    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.add_column(sa.Column('working_days', sa.JSON(), nullable=True))

    with op.batch_alter_table('occurrence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_occurrence_outcome_due_at'), ['outcome', 'due_at'], unique=False)

    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('doubled_ts', sa.String(length=30), nullable=True))

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('quiet_from', sa.Time(), nullable=True))
        batch_op.add_column(sa.Column('quiet_until', sa.Time(), nullable=True))
        batch_op.add_column(sa.Column('reminders', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('plan_at', bot.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_person_plan_at'), ['plan_at'], unique=False)

    with op.batch_alter_table('school', schema=None) as batch_op:
        batch_op.add_column(sa.Column('nation', sa.String(length=30), nullable=True))
        batch_op.add_column(sa.Column('holidays', sa.JSON(), nullable=False, server_default=sa.text("'{}'")))
        batch_op.add_column(sa.Column('slots', sa.JSON(), nullable=False, server_default=sa.text("'[]'")))

    with op.batch_alter_table('workspace', schema=None) as batch_op:
        batch_op.add_column(sa.Column('synced_at', bot.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.drop_column('waits_until')

    # Whoever had said yes is planned for at once, and from then on when something of theirs comes near.
    person = sa.table("person", sa.column("plan_at", bot.db.UtcDateTime()), sa.column("joined_at"))
    long_ago = datetime(2000, 1, 1, tzinfo=UTC)
    op.execute(person.update().where(person.c.joined_at.is_not(None)).values(plan_at=long_ago))
