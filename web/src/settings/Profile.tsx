import { Button, Input, Label, TextField } from '@heroui/react';
import { Copy, Dices } from 'lucide-react';
import { useState, type FormEvent, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';

import { isBlank } from '../blank';
import { avatarOf } from '../identity/avatar';
import { identity } from '../identity/identity';
import { randomName } from '../identity/names';
import { rename, username, USERNAME_LIMIT } from '../identity/profile';
import { useStore } from '../store';
import { copy } from '../ui/clipboard';
import { IconButton } from '../ui/IconButton';
import { showSuccess } from '../ui/notices';
import { UserAvatar } from '../ui/UserAvatar';
import { Section } from './Section';

/** Name, with an avatar that follows while typing, and user id. */
export function Profile() {
  const { t, i18n } = useTranslation();
  const name = useStore(username);
  const clientId = useStore(identity)?.clientId;
  // Null until something is typed: the name may change in another tab.
  const [typing, setTyped] = useState<string | null>(null);
  const typed = typing ?? name;
  const wanted = typed.trim();
  const empty = isBlank(wanted);

  const save = (event: FormEvent) => {
    event.preventDefault();
    if (empty || wanted === name) return;
    rename(wanted);
    setTyped(null);
    showSuccess('settings.saved');
  };
  const forget = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setTyped(null);
  };
  return (
    <Section title={t('settings.profile')}>
      <form onSubmit={save} className="flex flex-col gap-5">
        <div className="flex items-center gap-4">
          <UserAvatar avatar={avatarOf(wanted)} size="lg" />
          <div className="min-w-0">
            <p className="truncate text-lg font-semibold">
              <bdi>{empty ? '…' : wanted}</bdi>
            </p>
            <p className="text-sm text-muted">{t('settings.nameHint')}</p>
          </div>
        </div>
        <div className="flex items-end gap-2">
          <TextField
            variant="secondary"
            value={typed}
            onChange={setTyped}
            onKeyDown={forget}
            maxLength={USERNAME_LIMIT}
            isInvalid={empty}
            className="min-w-0 flex-1"
          >
            <Label>{t('settings.name')}</Label>
            <Input autoComplete="nickname" />
          </TextField>
          <IconButton label={t('settings.reroll')} variant="tertiary" onPress={() => setTyped(randomName(i18n.language))}>
            <Dices aria-hidden />
          </IconButton>
          <Button type="submit" isDisabled={empty || wanted === name}>
            {t('settings.save')}
          </Button>
        </div>
        {empty && (
          <p role="alert" className="-mt-3 text-sm text-danger">
            {t('settings.nameEmpty')}
          </p>
        )}
        {clientId && (
          <div className="flex items-center gap-2">
            <div className="min-w-0 flex-1">
              <p className="text-sm font-medium">{t('settings.userId')}</p>
              <p className="font-mono text-[0.8125rem] break-all text-muted">{clientId}</p>
            </div>
            <IconButton label={t('settings.copyId')} onPress={() => void copy(clientId, 'nav.idCopied')}>
              <Copy aria-hidden />
            </IconButton>
          </div>
        )}
      </form>
    </Section>
  );
}
