import { Button, Input, Label, TextField } from '@heroui/react';
import { Download, KeyRound } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';

import { adoptIdentity, identity } from '../identity/identity';
import { keyOf, parseKey, roomsOf } from '../identity/transfer';
import { setOwnedRooms } from '../rooms/owned';
import { useStore } from '../store';
import { copy } from '../ui/clipboard';
import { codeOf, failureText } from '../ui/failure';
import { showSuccess } from '../ui/notices';
import { FileButton, saveFile } from './files';
import { Section } from './Section';

/** Longest file that is read for a key, in bytes. */
const LONGEST = 1000;

/** Being the same person on a second device: the identity goes there as a key. */
export function Devices() {
  const { t } = useTranslation();
  const current = useStore(identity);
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const use = async (text: string) => {
    const next = parseKey(text);
    if (!next) {
      setProblem(t('settings.noKey'));
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      const rooms = await roomsOf(next);
      adoptIdentity(next);
      setOwnedRooms(rooms);
      setTyped('');
      showSuccess('settings.keyUsed');
    } catch (error) {
      setProblem(failureText(t, codeOf(error)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section title={t('settings.devices')}>
      <p className="mb-3 text-sm text-muted">{t('settings.devicesHint')}</p>
      <div className="flex flex-wrap gap-2">
        <Button variant="secondary" isDisabled={!current} onPress={() => current && void copy(keyOf(current), 'settings.keyCopied')}>
          <KeyRound aria-hidden />
          {t('settings.copyKey')}
        </Button>
        <Button variant="secondary" isDisabled={!current} onPress={() => current && saveFile('roomtalk-key.txt', keyOf(current))}>
          <Download aria-hidden />
          {t('settings.saveKey')}
        </Button>
        <FileButton text={t('settings.fromFile')} isDisabled={busy} onFile={(file) => void file.slice(0, LONGEST).text().then(use)} />
      </div>
      <form
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void use(typed);
        }}
        className="mt-5 flex items-end gap-2"
      >
        <TextField
          variant="secondary"
          type="password"
          value={typed}
          onChange={(text) => {
            setTyped(text);
            setProblem(null);
          }}
          isInvalid={problem !== null}
          className="min-w-0 flex-1"
        >
          <Label>{t('settings.otherKey')}</Label>
          <Input autoComplete="off" />
        </TextField>
        <Button type="submit" variant="secondary" isDisabled={typed.trim() === '' || busy}>
          {t('settings.useKey')}
        </Button>
      </form>
      {problem && (
        <p role="alert" className="mt-2 text-sm text-danger">
          {problem}
        </p>
      )}
    </Section>
  );
}
